using System.Text.Json;
using System.Text.Json.Serialization;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Sdk;

/// <summary>What MSBuild writes for -getTargetResult: the items that the target returned.</summary>
internal static partial class SdkResult
{
    public const string Target = "KontraktProjectImages";

    public static IReadOnlyList<BuiltImage> Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Json.Default.Results)?.TargetResults.GetValueOrDefault(Target) is { } result
            ? [.. result.Items.Select(item => new BuiltImage(item.ProjectFile, ImageReference.Parse(item.Identity), bool.Parse(item.Reused)) { Began = item.Began, Ended = item.Ended })]
            : throw new InvalidOperationException($"the target {Target} returned nothing");

    internal sealed record Results(IReadOnlyDictionary<string, Result> TargetResults);

    internal sealed record Result(IReadOnlyList<Item> Items);

    /// <summary>As Kontrakt.Container.targets returns it.</summary>
    internal sealed record Item(string Identity, string ProjectFile, string Reused, DateTimeOffset Began, DateTimeOffset Ended);

    [JsonSourceGenerationOptions(RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Results))]
    private sealed partial class Json : JsonSerializerContext;
}
