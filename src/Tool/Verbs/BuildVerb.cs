using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Begins a run and builds its images; prints their references by digest.</summary>
internal sealed class BuildVerb() : Verb("build", "Begin a run: build and push the images that the kontrakts need; print their references")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Builds, SettingGroup.Contexts, SettingGroup.Cluster, SettingGroup.Selection, SettingGroup.KeptVerdicts);

    public override IReadOnlyList<string> Examples => ["kontrakt build --repository localhost:5000/shop", "kontrakt build -f samples/Shop --filter Name=orders"];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = await RunBeginning.BuildAsync(context, preflight: false, cancellationToken);
        foreach (var image in run.Record.Images)
            await context.Output.WriteLineAsync($"{image.Name}:{image.Tag}@{image.Digest}");
        return true;
    }
}
