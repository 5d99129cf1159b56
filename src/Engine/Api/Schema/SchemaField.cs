namespace Kontrakt.Engine.Api.Schema;

/// <param name="Required">Left out, it still stands there, as its type's zero value.</param>
/// <param name="Optional">Left out and zero are different things. Of other fields a zero value is as good as none, and is dropped.</param>
/// <param name="Default">Of a key of a list, where it is left out.</param>
internal sealed record SchemaField(string Name, Shape Shape, bool Required, bool Optional, string? Default);
