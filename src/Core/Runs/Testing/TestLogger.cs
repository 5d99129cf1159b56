using System.Globalization;

namespace Kontrakt.Runs;

/// <summary>A logger of dotnet test, as far as a report of Kontrakt's is the same: trx;LogFileName=results.trx.</summary>
internal sealed record TestLogger(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Of several loggers joined by ';': a part with '=' belongs to the logger before it.</summary>
    public static IReadOnlyList<TestLogger> Parse(string text)
    {
        var loggers = new List<TestLogger>();
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign && loggers.Count > 0)
                loggers[^1] = loggers[^1].With(part[..sign].Trim(), part[(sign + 1)..].Trim());
            else
                loggers.Add(new(part, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)));
        }
        return loggers;
    }

    /// <summary>The setting that names the report's path; null where there is no such report.</summary>
    public string? Setting => Name.ToLowerInvariant() switch { "trx" => "KontraktTrx", "junit" => "KontraktJUnit", "html" => "KontraktHtml", _ => null };

    public bool IsConsole => Name.Equals("console", StringComparison.OrdinalIgnoreCase);

    /// <summary>What LogFileName (or LogFilePath) says; else a name of its own for each project and time.</summary>
    public string FileName(string project, DateTimeOffset now)
    {
        if (Parameters.TryGetValue("LogFileName", out var name) || Parameters.TryGetValue("LogFilePath", out name))
            return name;
        var prefix = Parameters.GetValueOrDefault("LogFilePrefix") ?? project;
        var extension = Setting == "KontraktTrx" ? "trx" : Setting == "KontraktHtml" ? "html" : "xml";
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}_{now.LocalDateTime:yyyy-MM-dd_HH_mm_ss}.{extension}");
    }

    private TestLogger With(string name, string value) => this with { Parameters = new Dictionary<string, string>(Parameters, StringComparer.OrdinalIgnoreCase) { [name] = value } };
}
