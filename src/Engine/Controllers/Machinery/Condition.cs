namespace Kontrakt.Engine.Controllers;

/// <param name="Status">True, False or Unknown.</param>
internal sealed record Condition(string Type, string Status, string Reason, string Message);
