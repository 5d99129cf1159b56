using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Kontrakt.Runs.Looking;
using Kontrakt.Settings;
using Kontrakt.Tool.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>A verb that looks into a run: one that goes on, or one that was kept. The cluster is the run's, unless another one is named.</summary>
internal abstract class LookVerb(string name, string description) : StepVerb(name, description)
{
    protected const string NameText = "KONTRAKT/KIND/NAME, such as orders/pod/smoke; KIND/NAME where only one kontrakt has it; a name alone is a pod's";

    public sealed override IEnumerable<Setting> Settings => Place;

    /// <summary>What says where a run is.</summary>
    public static IEnumerable<Setting> Place => Setting.Of(nameof(KontraktSettings.Directory), nameof(KontraktSettings.RunsDirectory), nameof(KontraktSettings.KubeContext),
        nameof(KontraktSettings.KubeConfig), nameof(KontraktSettings.EngineDirectory));

    /// <summary>The argument, whose words shells complete with what the latest run has.</summary>
    public static T Completing<T>(T argument, Func<KontraktSettings, IReadOnlyList<string>> names) where T : Argument
    {
        argument.CompletionSources.Add(context => SettingOptions.TryRead(context.ParseResult, Environment.GetEnvironmentVariable) is { } settings ? names(settings) : []);
        return argument;
    }

    protected OpenRun Run(VerbContext context) => context.Runs.Open(RunOf(context), RunStep.Apply);

    /// <summary>A name in one word, or in two: orders svc/web.</summary>
    protected static string Join(IEnumerable<string>? words) => string.Join('/', words ?? []);
}

/// <summary>Prints each object: name, state, age; tabs between.</summary>
internal sealed class GetVerb() : LookVerb("get", "List what a kept or running run has on the cluster, with its state")
{
    public override IReadOnlyList<string> Examples => ["kontrakt get", "kontrakt get orders", "kontrakt get svc"];

    private readonly Argument<string[]> _what = Completing(new Argument<string[]>("WHAT")
    {
        Description = "A kontrakt, a kind as kubectl has it, or KONTRAKT/KIND; default: all that was applied, and the pods",
        Arity = new(0, 2),
    }, RunNames.OfKontrakts);

    public override IReadOnlyList<Argument> Arguments => [_what];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        foreach (var line in await RunObjects.ListAsync(Run(context), Join(context.Arguments.GetValue(_what)), cancellationToken))
            await context.Output.WriteLineAsync($"{line.Name}\t{line.State}\t{line.Age}".TrimEnd());
        return true;
    }
}

/// <summary>Prints an object's state, events and pods, and the object in YAML.</summary>
internal sealed class DescribeVerb() : LookVerb("describe", "Show an object of a kept or running run: state, events, pods, and its YAML")
{
    public override IReadOnlyList<string> Examples => ["kontrakt describe orders/pod/smoke", "kontrakt describe orders deploy/web"];

    private readonly Argument<string[]> _name = Completing(new Argument<string[]>("NAME") { Description = NameText, Arity = new(1, 2) }, RunNames.OfObjects);

    public override IReadOnlyList<Argument> Arguments => [_name];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        foreach (var line in await RunObjects.DescribeAsync(Run(context), Join(context.Arguments.GetValue(_name)), cancellationToken))
            await context.Output.WriteLineAsync(line);
        return true;
    }
}

/// <summary>Prints a container's log, from the cluster or from the files of the run.</summary>
internal sealed class LogsVerb() : LookVerb("logs", "Print the log of a pod of a run: from the cluster, or as the run has saved it")
{
    public override IReadOnlyList<string> Examples => ["kontrakt logs orders/pod/smoke", "kontrakt logs -f deploy/web --container main --tail 20"];

    private readonly Argument<string[]> _name = Completing(new Argument<string[]>("NAME") { Description = NameText + "; of what has pods, the log of one of them", Arity = new(1, 2) }, RunNames.OfObjects);
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Print what comes until the container ends; the folder is --directory here" };
    private readonly Option<string> _container = new("--container") { Description = "The container; default: the pod's first", HelpName = "NAME" };
    private readonly Option<bool> _previous = new("--previous", "-p") { Description = "The log of the container's run before its last restart" };
    private readonly Option<int?> _tail = new("--tail") { Description = "Only so many lines from the end", HelpName = "N" };

    public override IReadOnlyList<Argument> Arguments => [_name];

    protected override IReadOnlyList<Option> Own => [_follow, _container, _previous, _tail];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var words = context.Arguments.GetValue(_name) ?? [];
        // What other verbs take as the folder.
        if (context.Arguments.GetValue(_follow) && words.Length > 1 && words[0] is ['.' or '/' or '~', ..])
            throw Ktr.CommandLine.Error(null, "kontrakt logs -f", $"here, -f follows the log; write --directory {words[0]} for the folder");
        var tail = context.Arguments.GetValue(_tail);
        if (tail < 0)
            throw Ktr.InvalidSetting.Error(null, "--tail", tail, "it is less than 0");
        var request = new LogRequest(Join(words))
        {
            Container = context.Arguments.GetValue(_container),
            Follow = context.Arguments.GetValue(_follow),
            Previous = context.Arguments.GetValue(_previous),
            Tail = tail,
        };
        return await RunLogs.ShowAsync(Run(context), request, async line =>
        {
            await context.Output.WriteLineAsync(line.AsMemory(), cancellationToken);
            if (request.Follow)
                await context.Output.FlushAsync(cancellationToken);
        }, cancellationToken);
    }
}
