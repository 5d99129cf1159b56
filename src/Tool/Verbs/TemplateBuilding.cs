using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Templates;
using Kontrakt.Oci.Registry;
using Kontrakt.Runs;

namespace Kontrakt.Tool.Verbs;

/// <summary>What building by templates takes, outside of a run.</summary>
internal sealed class TemplateBuilding(VerbContext context) : IDisposable
{
    private readonly ClusterAccess _cluster = new(context.Settings, context.Log);
    private readonly RegistryClient _registry = new(RegistryAccess.Options(context.Settings, context.Log));
    private readonly string _run = RunId.New(TimeProvider.System);

    /// <exception cref="KontraktException">KTR1009: there is no repository.</exception>
    public async Task<string> RepositoryAsync(CancellationToken cancellationToken) => await _cluster.RepositoryAsync(cancellationToken) ?? throw Ktr.RepositoryMissing.Error(null);

    public string SourceReference() => Manifests.SourceReference.Resolve(context.Settings, context.CommitVariables());

    public TemplateCatalog Catalog() => TemplatePlaces.Read(context.Settings);

    /// <param name="timeout">What one build may take; null for the settings'.</param>
    public BuildSite Open(TimeSpan? timeout) => new(context.Settings with { BuildTimeout = timeout ?? context.Settings.BuildTimeout }, _cluster, _registry, context.Log, _run);

    public void Dispose() => _registry.Dispose();
}
