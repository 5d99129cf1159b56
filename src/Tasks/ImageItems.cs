using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Manifests.Sources;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>KontraktImage items, as MSBuild passes them to a task.</summary>
public static class ImageItems
{
    /// <param name="item">With its metadata, which <see cref="ImageItemReader"/> lists.</param>
    /// <param name="path">The item's full path.</param>
    /// <param name="project">The project's full path.</param>
    /// <exception cref="KontraktException">KTR1019: metadata that cannot be read.</exception>
    public static ImageItem Read(ITaskItem item, string path, string project) =>
        new ImageItemReader(item.ItemSpec, item.CloneCustomMetadata().Keys.Cast<string>().ToDictionary(name => name, item.GetMetadata), path, project).Read();
}
