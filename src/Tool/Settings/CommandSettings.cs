using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;
using Kontrakt.Reports;
using Kontrakt.Settings;
using Kontrakt.Tool.Projects;

namespace Kontrakt.Tool.Settings;

/// <summary>What a command works with: an option takes precedence over a variable, a variable over the project of the folder.</summary>
/// <param name="Images">The project's KontraktImage items.</param>
internal sealed record CommandSettings(KontraktSettings Settings, IReadOnlyList<ImageItem> Images)
{
    /// <summary>Projects that could not be read, for lack of an SDK.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    private const string ProjectVariable = "KONTRAKT_PROJECT";

    public static Option<string> Project { get; } = new("--project")
    {
        Description = $"Project whose settings count where an option or variable says nothing; default: the one in --directory that uses Kontrakt; '{ProjectFiles.None}': no project [{ProjectVariable}]",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <exception cref="KontraktException">What is wrong with the options, the environment or the project.</exception>
    public static CommandSettings Read(ParseResult result, Func<string, string?> environment, ReportedRun log)
    {
        var own = SettingOptions.Read(result, environment);
        var files = ProjectFiles.For(result.GetValue(Project) ?? (environment(ProjectVariable) is { Length: > 0 } named ? named : null), own.Directory);
        if (files.Count == 0)
            return new(own, []);
        if (ProjectEvaluation.Evaluate(files, SettingOptions.Properties(own, result, environment)) is not { } projects)
        {
            log.Report(new RunEvent.Progress($"what {string.Join(", ", files.Select(Path.GetFileName))} sets is not used: no .NET SDK was found for {own.Directory}"));
            return new(own, []) { Unread = files };
        }
        if (ProjectFiles.Chosen(projects) is not { } project)
            return new(own, []);
        log.Names = GivenNames.Of(result, environment, project.Given);
        return new(SettingsReader.Read(project.Values, project.Directory, project.File) with { EngineProgram = own.EngineProgram }, project.Images);
    }
}
