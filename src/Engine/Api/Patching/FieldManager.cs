using System.Text.Json;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>Who owns fields: a name, by the operation it wrote them with.</summary>
internal sealed record FieldManager(string Name, string Operation, string ApiVersion, string Subresource)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    /// <summary>As messages of conflicts write it.</summary>
    public override string ToString()
    {
        var text = JsonSerializer.Serialize(Name);
        if (Subresource.Length > 0)
            text += $" with subresource {JsonSerializer.Serialize(Subresource)}";
        return Operation == Update ? $"{text} using {ApiVersion}" : text;
    }
}
