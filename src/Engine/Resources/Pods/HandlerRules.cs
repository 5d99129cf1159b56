using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Probes and lifecycle handlers: exactly one thing to do, and when.</summary>
internal static class HandlerRules
{
    public static void Probe(JsonObject? probe, string name, Place place, Faults faults)
    {
        if (probe is null)
            return;
        Handler(probe, ["exec", "httpGet", "tcpSocket", "grpc"], place, faults);
        if (probe.Map("grpc") is { } call)
        {
            faults.PortNumber(call, "port", place.Field("grpc"));
            faults.Absent(place.Field("grpc"), "gRPC probes");
        }
        foreach (var field in (ReadOnlySpan<string>)["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"])
            faults.AtLeast(probe, field, place);
        if (name != "readinessProbe" && probe.Number("successThreshold") is { } threshold and > 1)
            faults.Invalid(place.Field("successThreshold"), threshold, "must be 1");
        if (name == "readinessProbe" && probe.Has("terminationGracePeriodSeconds"))
            faults.Invalid(place.Field("terminationGracePeriodSeconds"), probe["terminationGracePeriodSeconds"], "must not be set for readinessProbes");
        else if (probe.Number("terminationGracePeriodSeconds") is { } grace and < 1)
            faults.Invalid(place.Field("terminationGracePeriodSeconds"), grace, "must be greater than 0");
    }

    public static void Lifecycle(JsonObject? handler, Place place, Faults faults)
    {
        if (handler is null)
            return;
        Handler(handler, ["exec", "httpGet", "tcpSocket", "sleep"], place, faults);
        if (handler.Has("tcpSocket"))
            faults.Absent(place.Field("tcpSocket"), "TCP sockets as lifecycle handlers");
        if (handler.Map("sleep").Number("seconds") is { } seconds and < 1)
            faults.Invalid(place.Field("sleep"), seconds, "must be greater than 0");
    }

    private static void Handler(JsonObject handler, string[] kinds, Place place, Faults faults)
    {
        var given = kinds.Where(kind => handler.Has(kind)).ToList();
        if (given.Count == 0)
            faults.Required(place, "must specify a handler type");
        foreach (var further in given.Skip(1))
            faults.Forbidden(place.Field(further), "may not specify more than 1 handler type");
        if (handler.Map("exec") is { } exec && exec.List("command") is not { Count: > 0 })
            faults.Required(place.Field("exec").Field("command"));
        if (handler.Map("httpGet") is { } request)
            Request(request, place.Field("httpGet"), faults);
        if (handler.Map("tcpSocket") is { } socket)
            faults.PortReference(socket, "port", place.Field("tcpSocket"));
    }

    private static void Request(JsonObject request, Place place, Faults faults)
    {
        if (request.Text("path").Length == 0)
            faults.Required(place.Field("path"));
        faults.PortReference(request, "port", place);
        foreach (var (header, at) in request.Indexed("httpHeaders", place))
            if (header.Text("name") is var name && (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))))
                faults.Invalid(at.Field("name"), name, "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");
    }
}
