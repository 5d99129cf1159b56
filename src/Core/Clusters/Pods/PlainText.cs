using System.Text.RegularExpressions;

namespace Kontrakt.Clusters.Pods;

/// <summary>Text of unknown programs, made fit for a build log: no colours, no cursor movements, no control characters.</summary>
public static partial class PlainText
{
    public static string Clean(string line) => NeedsNothing(line) ? line : Control().Replace(Escape().Replace(line, ""), "");

    private static bool NeedsNothing(string line)
    {
        foreach (var character in line)
        {
            if (char.IsControl(character) && character != '\t')
                return false;
        }
        return true;
    }

    // ECMA-48: control sequences (CSI), operating system commands (OSC, ended by BEL or ST), and two-character escapes.
    [GeneratedRegex("""\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)?|\x1b[ -/]*[0-~]""")]
    private static partial Regex Escape();

    [GeneratedRegex("""[\x00-\x08\x0a-\x1f\x7f-\x9f]""")]
    private static partial Regex Control();
}
