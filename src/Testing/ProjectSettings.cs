using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Testing;

/// <summary>What MSBuild reported of the project when it was built: a line for each setting, Name=value.</summary>
/// <param name="ProjectFile">A full path.</param>
/// <param name="Values">Texts of settings, by name.</param>
internal sealed record ProjectSettings(string ProjectFile, IReadOnlyDictionary<string, string?> Values)
{
    private const string ProjectName = "project";
    private const string RequiredName = "required";
    private const string OwnCommandName = "own";
    private const string OwnArgumentsName = "own-arguments";
    private const string OwnFrameworkName = "own-framework";

    /// <summary>Whether having no kontrakt, or none that the filter means, is a failure.</summary>
    public bool Required => Values.GetValueOrDefault(RequiredName) != "false";

    /// <summary>The program of the project's own tests for the platform; empty where it has none.</summary>
    public string OwnCommand => Values.GetValueOrDefault(OwnCommandName) ?? "";

    public string OwnArguments => Values.GetValueOrDefault(OwnArgumentsName) ?? "";

    /// <summary>Whether the own tests run on the framework of this process: 'dotnet test' takes two programs for one only then.</summary>
    public bool OwnFrameworkIsThis => Values.GetValueOrDefault(OwnFrameworkName) == $"v{Environment.Version.Major}.{Environment.Version.Minor}";

    /// <exception cref="KontraktException">KTR1020: the file does not exist, or cannot be read.</exception>
    public static ProjectSettings Read(string file)
    {
        try
        {
            var lines = File.ReadAllLines(file).Select(line => line.Split('=', 2)).Where(line => line.Length == 2)
                .ToLookup(line => line[0], line => line[1]).ToDictionary(line => line.Key, line => (string?)line.Last(), StringComparer.Ordinal);
            return new(lines.GetValueOrDefault(ProjectName) ?? "", lines);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Ktr.FileUnreadable.Error(refused, null, file, refused.Message);
        }
    }

    /// <summary>As settings of a run; a filter of the command holds beside the project's.</summary>
    /// <exception cref="KontraktException">KTR1019 for every text that cannot be read.</exception>
    public KontraktSettings ToSettings(string filter)
    {
        var values = new Dictionary<string, string?>(Values) { ["KontraktFilter"] = KontraktFilter.Both(Values.GetValueOrDefault("KontraktFilter") ?? "", filter) };
        return SettingsReader.Read(values, Path.GetDirectoryName(ProjectFile) ?? "/", ProjectFile);
    }

    /// <summary>The settings that a build of the project has to be given to be the same.</summary>
    public IEnumerable<KeyValuePair<string, string>> Properties =>
        from name in SettingsReader.Names
        let value = Values.GetValueOrDefault(name)
        where !string.IsNullOrEmpty(value)
        select KeyValuePair.Create(name, value);
}
