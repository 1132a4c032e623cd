/// The completions of a shell: a script that asks tscl itself what may come next.
package enum ShellCompletion: String, CaseIterable, Sendable {
    case bash, zsh, fish

    package var script: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: Self.zshScript
        case .fish: Self.fishScript
        }
    }

    private static var request: String { ArgumentCompleter.request }

    /// bash hands over words that it has split at = and : too, and replaces only the part behind these.
    private static let bashScript = #"""
        # Completion of tscl for bash. tscl itself is asked what may come next.
        _tscl() {
            local line=${COMP_LINE:0:COMP_POINT} piece rest word words=() last= index
            rest=$line
            for ((index = 0; index <= COMP_CWORD; index++)); do
                piece=${COMP_WORDS[index]}
                ((index == COMP_CWORD)) && [[ -n $piece ]] && piece=${rest#"${rest%%[![:space:]]*}"}
                word=${rest#"${rest%%[![:space:]]*}"}
                if [[ $word == "$rest" && $index -gt 0 && -n $piece ]]; then
                    last=${words[-1]}
                    words[-1]+=$piece
                else
                    last=
                    words+=("$piece")
                fi
                rest=${word#"$piece"}
            done
            # Behind a = or : nothing of the word is replaced.
            [[ ${COMP_WORDS[COMP_CWORD]} == [=:] ]] && last=${words[-1]}
            # Quotes as they are written are not part of the words.
            for ((index = 0; index < ${#words[@]}; index++)); do
                word=${words[index]}
                case $word in
                    \'*) word=${word#\'} word=${word%\'} ;;
                    \"*) word=${word#\"} word=${word%\"} ;;
                    *) word=${word//\\/} ;;
                esac
                words[index]=$word
            done
            local answer
            answer=$("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null </dev/null) || return 0
            COMPREPLY=()
            local kinds=
            while IFS= read -r line; do
                if [[ -z $kinds ]]; then
                    kinds=$line
                    continue
                fi
                word=${line%%$'\t'*}
                word=${word#"$last"}
                [[ ${COMP_WORDS[COMP_CWORD]} == [\'\"]* ]] || printf -v word %q "$word"
                COMPREPLY+=("$word")
            done <<<"$answer"
            if [[ $kinds == *files* ]]; then
                compopt -o filenames 2>/dev/null
                local path=${COMP_WORDS[COMP_CWORD]}
                [[ $path == = ]] && path=
                while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$path")
            fi
        }
        complete -F _tscl tscl
        """#.replacing("__complete", with: request)

    private static let zshScript = #"""
        #compdef tscl
        # Completion of tscl for zsh. tscl itself is asked what may come next.
        _tscl() {
            local -a lines plain described
            local line word
            local -a asked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
            lines=("${(@f)$(${(Q)words[1]} __complete -- "${asked[@]}" 2>/dev/null </dev/null)}")
            for line in "${(@)lines[2,-1]}"; do
                word=${line%%$'\t'*}
                if [[ $line == *$'\t'* ]]; then
                    described+=("${word//:/\\:}:${line#*$'\t'}")
                else
                    plain+=("$word")
                fi
            done
            local found=1
            if (($#described)); then _describe -t commands tscl described && found=0; fi
            if (($#plain)); then compadd -a plain && found=0; fi
            if [[ ${lines[1]} == *files* ]]; then
                [[ $PREFIX == --*=* ]] && compset -P '--*='
                _files && found=0
            fi
            return found
        }
        if [[ $funcstack[1] == _tscl ]]; then _tscl "$@"; else compdef _tscl tscl; fi
        """#.replacing("__complete", with: request)

    private static let fishScript = #"""
        # Completion of tscl for fish. tscl itself is asked what may come next.
        function __tscl_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l program $words[1]
            set -e words[1]
            set -l answer ($program __complete -- $words "$current" 2>/dev/null </dev/null)
            set -q answer[2]; and printf '%s\n' $answer[2..-1]
            if string match -q '*files*' -- $answer[1]
                if string match -q -- '--*=*' $current
                    set -l option (string replace -r '=.*' '=' -- $current)
                    for path in (__fish_complete_path (string replace -r '^[^=]*=' '' -- $current))
                        echo -- $option$path
                    end
                else
                    __fish_complete_path $current
                end
            end
        end
        complete -c tscl -f -a '(__tscl_complete)'
        """#.replacing("__complete", with: request)
}
