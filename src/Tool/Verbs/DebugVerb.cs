using System.CommandLine;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Runs.Looking;
using Kontrakt.Settings;
using Kontrakt.Tool.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Runs one kontrakt, keeps its namespace if it fails, and prints the command lines to look into it.</summary>
internal sealed partial class DebugVerb() : Verb("debug", "Run a kontrakt, keep its namespace if it fails, and print what to type to look inside")
{
    public override IEnumerable<Setting> Settings => Setting.All;

    public override IReadOnlyList<string> Examples => ["kontrakt debug orders", "kontrakt debug orders/pod/smoke --keep always"];

    private readonly Argument<string> _name = LookVerb.Completing(new Argument<string>("NAME") { Description = "A kontrakt, or a test of it" }, RunNames.OfKontrakts);

    public override IReadOnlyList<Argument> Arguments => [_name];

    public override bool Reports => true;

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var name = context.Arguments.GetValue(_name) ?? "";
        var run = await RunBeginning.BuildAsync(context.With(Debugging(context.Settings, name)), preflight: true, cancellationToken);
        var passed = await RunVerb.RunAsync(context, run, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var steps = run.Record.Kontrakts.Any(kontrakt => kontrakt.Namespace is { Deleted: false }) ? await NextSteps.OfAsync(run, cancellationToken) : [];
        context.Say(steps.Count > 0 ? "look inside with:" : "nothing was kept; with --keep always it stays also when it passes");
        var lines = steps.Select(step => (Command: $"kontrakt {step.Verb} {Where(context)}{step.Rest}".TrimEnd(), step.Why)).ToList();
        var width = lines.Select(line => line.Command.Length).DefaultIfEmpty().Max();
        foreach (var (command, why) in lines)
            await context.Output.WriteLineAsync($"{command.PadRight(width)}  # {why}");
        return passed;
    }

    /// <summary>Somebody who wants to see it run has no use for a verdict that was kept.</summary>
    private static KontraktSettings Debugging(KontraktSettings settings, string name)
    {
        var text = KontraktFilter.Both(settings.Filter?.Text ?? "", $"Name={Signs().Replace(name, @"\$0")}");
        return KontraktFilter.TryParse(text, out var filter, out var problem)
            ? settings with { Filter = filter, Force = true, Keep = settings.Keep == KeepPolicy.Always ? KeepPolicy.Always : KeepPolicy.Failed }
            : throw Ktr.InvalidSetting.Error(null, "kontrakt debug", name, problem);
    }

    /// <summary>The options that lead the other verbs to this run, as they were typed; its cluster is in its record.</summary>
    private static string Where(VerbContext context)
    {
        var given = SettingOptions.ReadArguments(context.Arguments);
        var project = context.Arguments.GetValue(CommandSettings.Project) is { } file ? $"{CommandSettings.Project.Name} {Quote(file)} " : "";
        return project + string.Concat(from setting in LookVerb.Place
                                       let text = setting.Variable is { } variable ? given.GetValueOrDefault(variable) : null
                                       where text is not null
                                       select $"{setting.Option.Split(' ')[0]} {Quote(text)} ");
    }

    private static string Quote(string text) => Plain().IsMatch(text) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"[()&|=!~\\]")]
    private static partial Regex Signs();

    [GeneratedRegex(@"^[A-Za-z0-9_./:=,-]+\z")]
    private static partial Regex Plain();
}
