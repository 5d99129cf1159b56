using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.HostBase;
using Kontrakt.Oci.Registry;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks.Containers;

/// <summary>Sees to it that the registry has a .NET base image made from this machine.</summary>
[MSBuildMultiThreadableTask]
public sealed class MakeHostBaseImage : KontraktTask
{
    /// <summary>@(_KontraktSetting).</summary>
    [Required]
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>KO_DOCKER_REPO, where it is known already; empty for what the settings say, as far as the embedded engine's registry.</summary>
    public string Repository { get; set; } = "";

    public string[] InsecureRegistries { get; set; } = [];

    /// <summary>KontraktPushRegistries.</summary>
    public string[] PushRegistries { get; set; } = [];

    /// <summary>registry/repository:version@digest.</summary>
    [Output]
    public string Reference { get; private set; } = "";

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var repository = Repository.Length > 0 ? Repository
            : await new ClusterAccess(TaskSettings.Read(Settings, Absolute(".")), RunLog).RepositoryAsync(cancellationToken) ?? throw Ktr.RepositoryMissing.Error(new(ProjectFile));
        PushGuard.Require(repository, PushRegistries, new(ProjectFile));
        using var registry = new RegistryClient(RegistryAccess.Options(InsecureRegistries, RunLog));
        Reference = (await HostBaseImage.EnsureAsync(new() { Repository = repository }, registry, RunLog, cancellationToken)).ToString();
        Log.LogMessage(MessageImportance.High, "{0}", Reference);
    }
}
