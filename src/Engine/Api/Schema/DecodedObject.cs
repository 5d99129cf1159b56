using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema;

/// <summary>An object as it came in a body: every field is one that its kind has, of the type that it must have.</summary>
/// <param name="Warnings">What <see cref="FieldValidation.Warn"/> has to say, each for a Warning header.</param>
public sealed record DecodedObject(JsonObject Json, IReadOnlyList<string> Warnings);
