using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>What 'dotnet test' says beside the project's own settings, in the words of its VSTest mode.</summary>
public sealed record TestOptions
{
    /// <summary>The project's name, for names of result files.</summary>
    public required string Project { get; init; }
    /// <summary>The project's folder, which relative paths of a .runsettings start at where it does not say.</summary>
    public required string Directory { get; init; }
    /// <summary>--filter; empty for none.</summary>
    public string Filter { get; init; } = "";
    /// <summary>--logger, all of them joined by ';', as dotnet test joins them: trx;LogFileName=a.trx;console.</summary>
    public string Loggers { get; init; } = "";
    /// <summary>--results-directory; empty for that of the .runsettings, else TestResults beside the project.</summary>
    public string ResultsDirectory { get; init; } = "";
    /// <summary>--settings: a .runsettings file; empty for none.</summary>
    public string RunSettings { get; init; } = "";
    /// <summary>What was behind "--", joined by ';'.</summary>
    public string Inline { get; init; } = "";

    /// <summary>Settings by name that take precedence over the project's: of a .runsettings its environment variables, then its TestRunParameters; then those of the command line.</summary>
    /// <param name="filter">The project's own KontraktFilter; both then hold.</param>
    /// <param name="notes">What is asked for that Kontrakt does not do, each a sentence.</param>
    /// <exception cref="KontraktException">KTR1140: the .runsettings cannot be read.</exception>
    public IReadOnlyDictionary<string, string> ToSettings(string filter, DateTimeOffset now, out IReadOnlyList<string> notes)
    {
        var file = RunSettingsFile.Read(RunSettings, Inline);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in file.Parameters.Where(parameter => SettingsReader.Names.Contains(parameter.Key)))
            settings[name] = value;
        // dotnet test knows one filter: the command's takes precedence over the file's.
        var asked = Filter.Length > 0 ? Filter : file.Filter;
        if (asked.Length > 0)
            settings["KontraktFilter"] = KontraktFilter.Both(filter, asked);
        var results = ResultsDirectory.Length > 0 ? ResultsDirectory : file.ResultsDirectory.Length > 0 ? file.ResultsDirectory : "TestResults";
        var unknown = new List<string>();
        foreach (var logger in TestLogger.Parse(Loggers).Concat(file.Loggers))
            if (logger.Setting is { } setting)
                settings[setting] = Path.Combine(Path.GetFullPath(results, Directory), logger.FileName(Project, now));
            else if (!logger.IsConsole)
                unknown.Add(string.Create(CultureInfo.InvariantCulture, $"kontrakts have no logger '{logger.Name}'; there are trx, junit and html"));
        notes = unknown;
        return settings;
    }
}
