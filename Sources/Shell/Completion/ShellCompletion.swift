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

    /// bash puts what is offered into the line as it is, so that it has to be quoted for the place in the line where it
    /// will stand: a name may be `$(rm …)`.
    private static let bashScript = #"""
        # Completion of tscl for bash. tscl itself is asked what may come next.
        _tscl() {
            # Of the line up to the cursor, readline puts a candidate in the place of $2 and keeps what is before that.
            local line=${COMP_LINE:0:COMP_POINT} words=() word= isWord= quote= at char next
            local start=$((${#line} - ${#2})) kept= within= index=
            for ((at = 0; at <= ${#line}; at++)); do
                if [[ -z $index ]] && ((at >= start)); then
                    ((at == start)) || return 0
                    kept=$word within=$quote index=${#words[@]}
                fi
                char=${line:at:1} next=${line:at+1:1}
                if [[ $quote == [\'\$] ]]; then
                    # What an escape in $'…' stands for is not known here.
                    [[ $quote$char == \$\\ ]] && return 0
                    if [[ $char == \' ]]; then quote=; else word+=$char; fi
                elif [[ $char == \\ ]]; then
                    [[ $quote && $next != [\$\`\"\\] ]] && word+=\\
                    word+=$next isWord=1
                    ((at++))
                elif [[ $char == \" ]]; then
                    if [[ $quote ]]; then quote=; else quote=\" isWord=1; fi
                elif [[ $char$quote == \' ]]; then
                    quote=\' isWord=1
                elif [[ $char$next == \$\' && -z $quote ]]; then
                    quote=\$ isWord=1
                    ((at++))
                elif [[ $char$next == \$\" && -z $quote ]]; then
                    isWord=1
                elif [[ $char == \` || $char$next == [\$\<\>]\( ]] ||
                    [[ $char$next == \$\{ && ! ${line:at} =~ ^\$\{[[:alnum:]_]+\} ]]; then
                    # There may be quotes in it that are not those of the line.
                    return 0
                elif [[ $char == [[:space:]] && -z $quote ]]; then
                    [[ $isWord ]] && words+=("$word")
                    word= isWord=
                else
                    word+=$char
                    [[ $char ]] && isWord=1
                fi
            done
            ((index == ${#words[@]} && index > 0)) || return 0
            local answer kinds= text mark=${within/\$/\'}
            answer=$("${words[0]}" __complete -- "${words[@]:1}" "$word" 2>/dev/null </dev/null) || return 0
            COMPREPLY=()
            while IFS= read -r line; do
                if [[ -z $kinds ]]; then
                    kinds=$line
                    continue
                fi
                word=${line%%$'\t'*}
                [[ $word == "$kept"* ]] || continue
                word=${word#"$kept"} text=
                if [[ -z $within ]]; then
                    [[ $word ]] && printf -v text %q "$word"
                    COMPREPLY+=("$text")
                    continue
                fi
                for ((at = 0; at < ${#word}; at++)); do
                    char=${word:at:1}
                    case $within$char in
                        \"[\"\$\`\\] | \$[\'\\]) text+=\\$char ;;
                        \'\') text+=\'\\\'\' ;;
                        # Within these quotes a history expansion can't be escaped.
                        \"!) text+=\"\\!\" ;;
                        ?[[:cntrl:]]) printf -v char %q "$char"; text+=$mark$char$mark ;;
                        *) text+=$char ;;
                    esac
                done
                # readline drops a quote at the start, as if it were the one that is open, and takes one at the end for its end.
                [[ -z $text || $text == "$mark"* ]] && text=$mark$text
                [[ $text == *"$mark" ]] && text+=$mark
                COMPREPLY+=("$text")
            done <<<"$answer"
            if [[ $kinds == *files* ]]; then
                compopt -o filenames 2>/dev/null
                while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$2")
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
            # What cannot stand in a word yet, such as a backslash at the end, is no beginning of one.
            set -l current (string unescape -- (commandline -ct)); or return
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
