using System.CommandLine;
using Kontrakt.Manifests;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>A verb about one run: the one that --run names, else the latest.</summary>
internal abstract class StepVerb(string name, string description) : Verb(name, description)
{
    private readonly Option<string> _run = new("--run") { Description = "The run, by its id; default: the latest", HelpName = "ID" };

    public sealed override IReadOnlyList<Option> Options => [_run, .. Own];

    /// <summary>The verb's own options beside --run.</summary>
    protected virtual IReadOnlyList<Option> Own => [];

    /// <summary>The run that is named; null: the latest.</summary>
    protected string? RunOf(VerbContext context) => context.Arguments.GetValue(_run);
}

/// <summary>Applies each kontrakt in a namespace of its own, which stays for the next steps; prints kontrakt and namespace.</summary>
internal sealed class ApplyVerb() : StepVerb("apply", "Apply each kontrakt in a namespace of its own (and build and resolve before, where that is not done)")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Builds, SettingGroup.Contexts, SettingGroup.Cluster, SettingGroup.Selection, SettingGroup.KeptVerdicts, SettingGroup.Limits);

    public override IReadOnlyList<string> Examples => ["kontrakt apply -f samples/Shop", "kontrakt apply --filter Name=orders --keep always"];

    protected override IReadOnlyList<Option> Own { get; } = [new Option<bool>("--recursive", "-R") { Description = "Accepted as kubectl has it; folders are always searched" }];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = await RunBeginning.ResolvedAsync(context, RunOf(context), cancellationToken);
        var applied = await run.ApplyAsync(cancellationToken);
        foreach (var kontrakt in run.Record.Kontrakts)
            if (kontrakt.Namespace is { Deleted: false } lease)
                await context.Output.WriteLineAsync($"{kontrakt.Name}\t{lease.Name}");
        return applied;
    }
}

/// <summary>Waits until everything applied is ready and every test has ended.</summary>
internal sealed class WaitVerb() : StepVerb("wait", "Wait until everything is ready and every test has ended")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Cluster, SettingGroup.Selection, SettingGroup.Limits, SettingGroup.Reports);

    public override IReadOnlyList<string> Examples => ["kontrakt wait", "kontrakt wait --timeout 5m"];

    public override Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken) =>
        context.Runs.Open(RunOf(context), RunStep.Apply).WaitAsync(cancellationToken);
}

/// <summary>Judges the tests and assertions; writes the reports.</summary>
internal sealed class AssertVerb() : StepVerb("assert", "Judge the tests and assertions of what was waited for")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Cluster, SettingGroup.Selection, SettingGroup.Limits, SettingGroup.Reports);

    public override IReadOnlyList<string> Examples => ["kontrakt assert", "kontrakt assert --junit TestResults/kontrakt.xml"];

    public override bool Reports => true;

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = context.Runs.Open(RunOf(context), RunStep.Wait);
        var passed = await run.AssertAsync(cancellationToken);
        context.Say(RunSummary.Of(run.Record).ToString());
        return passed;
    }
}

/// <summary>Pushes the targets' images once every kontrakt has passed; prints their references by digest.</summary>
internal sealed class PushVerb() : StepVerb("push", "Push the images of the targets of a passed run; print their references")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Cluster, SettingGroup.Selection, SettingGroup.Pipelines);

    public override IReadOnlyList<string> Examples => ["kontrakt push", "docker pull $(kontrakt push)"];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = context.Runs.Open(RunOf(context), RunStep.Assert);
        var pushed = await run.PushAsync(cancellationToken);
        await context.PrintPushedAsync(run);
        return pushed;
    }
}

/// <summary>Deletes what a run made on the cluster, and what dead or expired runs left there.</summary>
internal sealed class DeleteVerb() : StepVerb("delete", "Delete the namespaces of a run, and those that dead or expired runs left")
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.Directory), nameof(KontraktSettings.RunsDirectory), nameof(KontraktSettings.KubeContext),
        nameof(KontraktSettings.KubeConfig), nameof(KontraktSettings.EngineDirectory), nameof(KontraktSettings.DeleteTimeout));

    public override IReadOnlyList<string> Examples => ["kontrakt delete", "kontrakt delete --run 20260102-030405-abcd"];

    public override Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken) => context.Runs.DeleteAsync(RunOf(context), cancellationToken);
}

/// <summary>Resolves copies of the manifests; prints their paths, or with "-o -" the YAML itself.</summary>
internal sealed class ResolveVerb() : StepVerb("resolve", "Replace tokens and image sources in copies of the manifests; print the copies' paths")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Builds, SettingGroup.Contexts, SettingGroup.Cluster, SettingGroup.Selection, SettingGroup.KeptVerdicts, SettingGroup.Limits);

    public override IReadOnlyList<string> Examples => ["kontrakt resolve -f samples/Shop", "kontrakt resolve -o - | kubectl apply -f -"];

    private readonly Option<string> _output = new Option<string>("--output", "-o") { Description = "'-' prints the YAML in place of the paths", HelpName = "-" };

    protected override IReadOnlyList<Option> Own => [_output.AcceptOnlyFromAmong("-")];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = await RunBeginning.BuiltAsync(context, RunOf(context), preflight: false, cancellationToken);
        await run.ResolveAsync(cancellationToken);
        var print = context.Arguments.GetValue(_output) is not null;
        var first = true;
        foreach (var file in run.Record.Kontrakts.SelectMany(kontrakt => kontrakt.Files))
        {
            // The YAML is for who applies it, and an assertion is not an object.
            if (file.Resolved is not { } resolved || (print && ManifestRoles.Of(file.Source) != ManifestRole.Object))
                continue;
            if (print && !first)
                await context.Output.WriteLineAsync("---");
            first = false;
            await context.Output.WriteLineAsync(print ? (await File.ReadAllTextAsync(resolved, cancellationToken)).TrimStart('\ufeff').TrimEnd() : resolved);
        }
        return true;
    }
}

/// <summary>Replaces tokens and image sources in the source files themselves with -i; prints the files changed, or that would change.</summary>
internal sealed class ImageReplaceVerb() : StepVerb("imagereplace", "Replace tokens and image sources in the source files (-i); print the files concerned")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Builds, SettingGroup.Contexts, SettingGroup.Cluster, SettingGroup.Selection, SettingGroup.KeptVerdicts, SettingGroup.Limits);

    public override IReadOnlyList<string> Examples => ["kontrakt imagereplace -f deploy", "kontrakt imagereplace -i -f deploy"];

    private readonly Option<bool> _inPlace = new("--in-place", "-i") { Description = "Write the files; without it, only say which would change" };

    protected override IReadOnlyList<Option> Own => [_inPlace];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = await RunBeginning.BuiltAsync(context, RunOf(context), preflight: false, cancellationToken);
        foreach (var file in await run.ReplaceImagesAsync(context.Arguments.GetValue(_inPlace), cancellationToken))
            await context.Output.WriteLineAsync(file);
        return true;
    }
}
