namespace Kontrakt.Clusters.Pods;

/// <summary>Log lines as the end of an error's text.</summary>
internal static class LogText
{
    private const int LongestLine = 500;

    /// <summary>What is reported instead about a pod that was deleted with its log.</summary>
    public const string Gone = ". Its log was deleted with its pod before it could be read.";

    /// <summary>" Last lines of its log:" and the lines, indented, with errors above them; or that there are none.</summary>
    public static string Tail(IReadOnlyList<string>? lines) => lines is not { Count: > 0 }
        ? ". It wrote no log."
        : $"{PodDiagnosis.ExecFormatHint(string.Join('\n', lines))}. Last lines of its log:" + string.Concat(lines.Select(line => "\n  " + Short(line)));

    public static string Short(string line) => line.Length <= LongestLine ? line : string.Concat(line.AsSpan(0, LongestLine), " ...");
}
