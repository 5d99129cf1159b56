using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Templates;
using Kontrakt.Oci.Registry;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>What building by templates takes, outside of a run.</summary>
internal sealed class TemplateBuilding(VerbContext context) : IDisposable
{
    private readonly ClusterAccess _cluster = new(context.Settings, context.Log);
    private readonly RegistryClient _registry = new(RegistryAccess.Options(context.Settings, context.Log));
    private readonly List<RegistryClient> _others = [];
    private readonly string _run = RunId.New(TimeProvider.System);

    /// <exception cref="KontraktException">KTR1009: there is no repository.</exception>
    public async Task<string> RepositoryAsync(CancellationToken cancellationToken) => await _cluster.RepositoryAsync(cancellationToken) ?? throw Ktr.RepositoryMissing.Error(null);

    public string SourceReference() => Manifests.SourceReference.Resolve(context.Settings, context.CommitVariables());

    public TemplateCatalog Catalog() => TemplateCatalog.Read(context.Settings);

    /// <summary>For one build by a template, with what the settings say.</summary>
    public BuildSite Open() => Open(context.Settings, _registry);

    public BuildSite Open(BuildDemands demands)
    {
        var registry = _registry;
        if (demands.Logins is { } logins)
            _others.Add(registry = new(RegistryAccess.Options(context.Settings, context.Log) with { FirstDockerConfigs = [logins] }));
        return Open(context.Settings with { BuildTimeout = demands.Timeout }, registry);
    }

    public void Dispose()
    {
        _registry.Dispose();
        foreach (var other in _others)
            other.Dispose();
    }

    private BuildSite Open(KontraktSettings settings, RegistryClient registry) => new(settings, _cluster, registry, context.Log, _run);
}
