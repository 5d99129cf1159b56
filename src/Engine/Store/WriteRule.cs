namespace Kontrakt.Engine.Store;

/// <summary>One rule about what may be written: defaults, validation, allocation of addresses.</summary>
public delegate void WriteRule(Write write);
