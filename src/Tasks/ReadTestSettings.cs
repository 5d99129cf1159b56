using Kontrakt.Runs;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

namespace Kontrakt.Tasks;

/// <summary>What 'dotnet test' was given, as settings of a run.</summary>
[MSBuildMultiThreadableTask]
public sealed class ReadTestSettings : KontraktTask
{
    /// <summary>$(VSTestTestCaseFilter): --filter.</summary>
    public string Filter { get; set; } = "";

    /// <summary>$(KontraktFilter): the project's own; both hold.</summary>
    public string ProjectFilter { get; set; } = "";

    /// <summary>$(VSTestLogger): --logger.</summary>
    public string Loggers { get; set; } = "";

    /// <summary>$(VSTestResultsDirectory): --results-directory.</summary>
    public string ResultsDirectory { get; set; } = "";

    /// <summary>$(VSTestSetting), $(RunSettingsFilePath): --settings.</summary>
    public string RunSettings { get; set; } = "";

    /// <summary>$(VSTestCLIRunSettings): what was behind "--".</summary>
    public string Inline { get; set; } = "";

    /// <summary>The settings that take precedence over the project's: a setting's name, its text as metadata Value.</summary>
    [Output]
    public ITaskItem[] Settings { get; private set; } = [];

    protected override Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new TestOptions
        {
            Project = Path.GetFileNameWithoutExtension(ProjectFile),
            Directory = Absolute("."),
            Filter = Filter,
            Loggers = Loggers,
            ResultsDirectory = ResultsDirectory.Length == 0 ? "" : Absolute(ResultsDirectory),
            RunSettings = RunSettings.Length == 0 ? "" : Absolute(RunSettings),
            Inline = Inline,
        };
        Settings = [.. options.ToSettings(ProjectFilter, TimeProvider.System.GetUtcNow(), out var notes)
            .Select(setting => new TaskItem(setting.Key, new Dictionary<string, string> { ["Value"] = setting.Value }))];
        foreach (var note in notes)
            Log.LogMessage(MessageImportance.High, "{0}", note);
        return Task.CompletedTask;
    }
}
