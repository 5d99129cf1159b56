using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>
/// How a reader knows the settings. Messages and records name each by its property, with a value or not (KontraktKeep=failed, -p:KontraktKeep=failed), and steps by their targets;
/// where they leave for somebody who has set it in another way, they name that. Nothing else in a message names a setting a second time.
/// </summary>
/// <param name="nameOf">From a property and its value, what to write; null: as it is.</param>
public sealed partial class SettingNames(Func<string, string?, string?> nameOf)
{
    /// <summary>Those of a build.</summary>
    public static SettingNames Properties { get; } = new((_, _) => null);

    public string In(string text) => ReferenceEquals(this, Properties) ? text
        : Name().Replace(text, match => nameOf(match.Groups["name"].Value, match.Groups["value"] is { Success: true, Value: var value } ? value : null) ?? match.Value);

    internal RunEvent In(RunEvent runEvent) => runEvent switch
    {
        RunEvent.Reported { Diagnostic: var diagnostic } => new RunEvent.Reported(diagnostic with { Message = In(diagnostic.Message) }),
        RunEvent.Progress progress => progress with { Text = In(progress.Text) },
        RunEvent.Detail detail => new RunEvent.Detail(In(detail.Text)),
        RunEvent.KontraktProgress progress => progress with { Text = In(progress.Text) },
        _ => runEvent,
    };

    internal RunRecord In(RunRecord run) => ReferenceEquals(this, Properties) ? run : run with { Kontrakts = [.. run.Kontrakts.Select(In)] };

    private RunKontrakt In(RunKontrakt kontrakt) => kontrakt with
    {
        Diagnostics = [.. kontrakt.Diagnostics.Select(each => each with { Message = In(each.Message) })],
        Tests = [.. kontrakt.Tests.Select(each => each with { Message = each.Message is { } message ? In(message) : null })],
    };

    // ${NAME} and $(NAME) are text of a file. -p: is how a build has it, and goes with the name.
    [GeneratedRegex(@"(?<![\w{/.-]|\$\()(-p:)?(?<name>Kontrakt[A-Z][A-Za-z]*|[A-Z]+_[A-Z_]+)(=(?<value>[A-Za-z0-9]+))?\b(?!\()")]
    private static partial Regex Name();
}
