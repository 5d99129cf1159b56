using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Tests.Judging;

/// <summary>The schemas of some kinds as a server has them, cut down: cases/openapi.json.</summary>
internal static class TestSchemas
{
    private static readonly Lazy<OpenApiDocument> Document = new(() =>
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "cases", "openapi.json"));
        return OpenApiDocument.ReadAsync(stream, CancellationToken.None).GetAwaiter().GetResult();
    });

    public static ValueSchema? Of(KubernetesObject item) => Document.Value.Find(item.GroupVersionKind);
}
