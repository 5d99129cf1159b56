using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>A server-side apply.</summary>
/// <param name="Applied">The body, by <see cref="ServerSideApply.Read"/>.</param>
/// <param name="Manager">The request's fieldManager.</param>
/// <param name="Force">Take what other managers own.</param>
/// <param name="Subresource">"" or "status".</param>
public sealed record ApplyRequest(ResourceKind Kind, JsonObject Applied, string Manager, bool Force, DateTimeOffset Now, string Subresource = "");
