using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace Greeter;

/// <summary>The custom resource, as prerequisites/greetings.yaml defines it.</summary>
public sealed class Greeting : IKubernetesObject<V1ObjectMeta>
{
    public const string Group = "samples.kontrakt.example", Version = "v1", Plural = "greetings";
    /// <summary>Holds a greeting until its line is out of the guest book.</summary>
    public const string Finalizer = Group + "/guest-book";

    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = $"{Group}/{Version}";
    [JsonPropertyName("kind")]
    public string Kind { get; set; } = nameof(Greeting);
    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();
    [JsonPropertyName("spec")]
    public GreetingSpec Spec { get; set; } = new("", 1);
}

public sealed record GreetingSpec([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("times")] int Times);

public sealed class GreetingList : KubernetesObject
{
    [JsonPropertyName("metadata")]
    public V1ListMeta Metadata { get; set; } = new();
    [JsonPropertyName("items")]
    public IReadOnlyList<Greeting> Items { get; set; } = [];
}
