using System.Text.Json;

namespace Kontrakt.Oci.Registry;

/// <summary>A token of a registry's own, for a program that runs elsewhere. Its ToString says nothing of it.</summary>
public sealed class RegistryToken
{
    /// <summary>Whom it is sent as: the registry looks at the token alone.</summary>
    internal const string User = "kontrakt";

    private RegistryToken(string value) => Value = value;

    /// <summary>Secret.</summary>
    internal string Value { get; }

    /// <summary>Null for what is not an answer of a token service.</summary>
    internal static RegistryToken? Parse(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("token", out var token)
                && token.ValueKind == JsonValueKind.String && token.GetString() is { Length: > 0 } value ? new(value) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
