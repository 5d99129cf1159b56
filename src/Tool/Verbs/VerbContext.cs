using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tool.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>What a verb works with.</summary>
/// <param name="output">Standard output: results only, one to a line.</param>
internal sealed class VerbContext(KontraktSettings settings, IRunLog log, TextWriter output, ParseResult arguments, Func<string, string?> environment)
{
    public IRunLog Log { get; } = log;

    public TextWriter Output { get; } = output;

    public ParseResult Arguments { get; } = arguments;

    /// <summary>The run that this process works on, once it is known; the reports are about it.</summary>
    public string? RunId
    {
        get;
        set
        {
            field = value;
            RunKnown();
        }
    }

    /// <summary>Told when the run is known.</summary>
    public Action RunKnown { get; set; } = () => { };

    public KontraktSettings Settings { get; } = settings;

    public KontraktSteps Steps { get; } = new(settings, log);

    /// <summary>The environment, as far as it may name the commit that CI builds.</summary>
    public Dictionary<string, string> CommitVariables() =>
        (from name in SourceReference.CommitVariables
         let value = environment(name)
         where !string.IsNullOrEmpty(value)
         select (name, value)).ToDictionary(pair => pair.name, pair => pair.value, StringComparer.Ordinal);

    /// <summary>Whether the command line or the environment has the setting.</summary>
    public bool IsGiven(string property) => SettingOptions.IsGiven(property, Arguments, environment);

    public void Say(string text) => Log.Report(new RunEvent.Progress(text));

    /// <summary>The record of a run, the latest for null, which becomes the one this process works on.</summary>
    public RunRecord Record(string? run)
    {
        var record = RunStore.Open(Settings.RunsDirectory, run, "KontraktDiscover").Record;
        RunId = record.Id;
        return record;
    }
}
