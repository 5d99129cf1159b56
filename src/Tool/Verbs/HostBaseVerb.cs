using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Makes a .NET base image from this machine, pushes it, and prints its reference by digest.</summary>
internal sealed class HostBaseVerb() : Verb("host-base", "Make a .NET base image from this machine's runtime and push it; print its reference")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.Images, SettingGroup.Cluster);

    public override IReadOnlyList<string> Examples => ["kontrakt host-base", "kontrakt host-base --repository localhost:5000/base"];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var repository = await new ClusterAccess(context.Settings, context.Log).RepositoryAsync(cancellationToken) ?? throw Ktr.RepositoryMissing.Error(null);
        PushGuard.Require(repository, PushGuard.Allowed(context.Settings, repository), null);
        await context.Output.WriteLineAsync((await ImageBuilding.HostBaseAsync(context, repository, null, cancellationToken)).ToString());
        return true;
    }
}
