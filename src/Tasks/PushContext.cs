using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Contexts;
using Kontrakt.Oci.Registry;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Pushes a folder as a context image: what changed since the last push.</summary>
[MSBuildMultiThreadableTask]
public sealed class PushContext : KontraktTask
{
    /// <summary>@(_KontraktSetting).</summary>
    [Required]
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>KontraktContextDirectory: the folder.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>KontraktContextTag: registry/repository[:tag].</summary>
    public string Tag { get; set; } = "";

    /// <summary>KontraktContextDockerfile; empty for Dockerfile in the folder.</summary>
    public string Dockerfile { get; set; } = "";

    /// <summary>KontraktContextSquash.</summary>
    public bool Squash { get; set; }

    /// <summary>registry/repository:tag@digest.</summary>
    [Output]
    public string Reference { get; private set; } = "";

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Tag.Length == 0)
            throw Ktr.InvalidSetting.Error(new(ProjectFile), "KontraktContextTag", "", "say where the context goes, such as localhost:5000/demo/context:main");
        var settings = TaskSettings.Read(Settings, Absolute("."));
        var request = new ContextImageRequest
        {
            Directory = Absolute(Directory),
            Tag = Tag,
            Dockerfile = Dockerfile.Length == 0 ? null : Absolute(Dockerfile),
            Squash = Squash,
        };
        using var registry = new RegistryClient(RegistryAccess.Options(settings, RunLog));
        Reference = (await ContextImages.PushAsync(request, settings, registry, RunLog, cancellationToken)).Reference.ToString();
    }
}
