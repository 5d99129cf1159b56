using Kontrakt.Settings;
using Kontrakt.Tool.Developing;

namespace Kontrakt.Tool.Verbs;

/// <summary>Runs, keeps the namespaces, and runs again what a change concerns, until it is interrupted. Pushes nothing.</summary>
internal sealed class DevVerb() : Verb("dev", "Run, and on each change of a file run again what it concerns, in the same namespaces, until Ctrl+C")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Builds, SettingGroup.Contexts, SettingGroup.Cluster, SettingGroup.Selection, SettingGroup.Limits);

    public override IReadOnlyList<string> Examples => ["kontrakt dev", "kontrakt dev --filter Name=orders"];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await new DevSession(context).RunAsync(cancellationToken);
        return true;
    }
}
