namespace Kontrakt.Engine.Identity;

/// <param name="Value">Secret.</param>
public sealed record IssuedToken(string Value, DateTimeOffset Expires)
{
    /// <summary>Without the value: records are printed into logs and failed assertions.</summary>
    public override string ToString() => $"a token until {Expires:O}";
}
