using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Reports;
using Kontrakt.Reports.Documents;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tool.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>What a verb works with.</summary>
internal sealed class VerbContext(CommandSettings settings, ReportedRun log, Answer answer, ParseResult arguments, Func<string, string?> environment)
{
    public ReportedRun Log { get; } = log;

    /// <summary>Standard output: results only, one to a line.</summary>
    public TextWriter Output { get; } = answer.Lines;

    public ParseResult Arguments { get; } = arguments;

    public KontraktSettings Settings { get; } = settings.Settings;

    /// <summary>KontraktImage items of the project.</summary>
    public IReadOnlyList<ImageItem> Images { get; } = settings.Images;

    /// <summary>The run that begins or is opened is the one that reports are about.</summary>
    public KontraktRuns Runs { get; } = new(settings.Settings, log) { Opened = log.Follow };

    /// <summary>The same with other settings, for runs that begin there.</summary>
    public VerbContext With(KontraktSettings settings) => With(new CommandSettings(settings, Images));

    /// <summary>The same with other settings and items of the project.</summary>
    public VerbContext With(CommandSettings settings) => new(settings, Log, answer, Arguments, environment);

    /// <summary>What the command ends with, where a program that it ran has said so; null: what the verb says.</summary>
    public int? ExitCode { get; set; }

    /// <summary>The environment, as far as it may name the commit that CI builds.</summary>
    public Dictionary<string, string> CommitVariables() =>
        (from name in SourceReference.CommitVariables
         let value = environment(name)
         where !string.IsNullOrEmpty(value)
         select (name, value)).ToDictionary(pair => pair.name, pair => pair.value, StringComparer.Ordinal);

    /// <summary>An environment variable's value, or null.</summary>
    public string? Variable(string name) => environment(name);

    /// <summary>Whether the command line or the environment has the setting.</summary>
    public bool IsGiven(string property) => SettingOptions.IsGiven(property, Arguments, environment);

    /// <summary>What --output json prints at the verb's end, in place of the lines.</summary>
    public void AnswerWith(CommandDocument document) => answer.Set(document);

    public void Say(string text) => Log.Report(new RunEvent.Progress(text));

    /// <summary>Prints what a run has pushed.</summary>
    public async Task PrintPushedAsync(OpenRun run)
    {
        foreach (var reference in run.Record.Kontrakts.SelectMany(kontrakt => kontrakt.Pushed).Distinct(StringComparer.Ordinal))
            await Output.WriteLineAsync(reference);
    }
}
