/// The secrets that are hidden in what is shown: passwords that people typed, and the values of secret variables.
struct KnownSecrets: Sendable {
    /// They stay hidden as long as tscl runs.
    private var typed: [String] = []
    /// The values of variables that are secret now.
    private var ofVariables: [String] = []
    private var typedForms = SecretForms()
    private var formsOfVariables = SecretForms()
    /// Every text that has been a secret so far, of variables that are gone too; nil where no line is kept, because a
    /// stream of commands may go through secrets without end.
    private var former: Set<String>?

    mutating func hide(typed secret: String) {
        typed.append(secret)
        former?.insert(secret)
        typedForms.insert([secret])
    }

    /// Hides the current values of secret variables, instead of their former ones.
    mutating func hide(variablesWith secrets: [String]) {
        guard secrets != ofVariables else { return }
        ofVariables = secrets
        former?.formUnion(secrets)
        formsOfVariables = SecretForms(of: secrets)
    }

    /// From now on lines that are typed are kept, and what is a secret stays one for them.
    mutating func keepsLines() { former = Set(typed + ofVariables) }

    /// Whether a line that was typed must not be kept: it shows or names a secret, or holds one that is known.
    func areIn(line: String) -> Bool {
        Secrets.areIn(line: line) || SecretForms(of: Array(former ?? []), ofAtLeast: 1).masking(in: line) != line
    }

    /// The text with all of them masked.
    func hiding(_ text: String) -> String { typedForms.masking(in: text, with: formsOfVariables) }

    /// The text with the values of variables masked, and no password that was typed.
    func hidingInOwn(_ text: String) -> String { formsOfVariables.masking(in: text) }
}
