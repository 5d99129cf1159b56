using System.Globalization;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Streaming;

/// <summary>pods/log: text, as the container wrote it.</summary>
internal sealed class LogEndpoint(ApiParts parts)
{
    public async Task GetAsync(ApiCall call)
    {
        var pod = parts.Objects.Store.Get(call.Key);
        var request = new PodLogRequest(call.Query.Text("container") is { Length: > 0 } container ? container : null)
        {
            Follow = call.Query.Flag("follow"),
            Previous = call.Query.Flag("previous"),
            Timestamps = call.Query.Flag("timestamps"),
            TailLines = call.Query.Number("tailLines"),
            SinceSeconds = call.Query.Number("sinceSeconds"),
            SinceTime = Time(call.Query.Text("sinceTime")),
            LimitBytes = call.Query.Number("limitBytes"),
        };
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, parts.Stopping);
        Answer.Begin(call.Http, 200, "text/plain");
        try
        {
            await parts.Logs.ReadAsync(pod, request, call.Http.Response.Body, over.Token);
        }
        catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
        {
            // With the engine ends what is followed, and so this answer.
        }
    }

    private static DateTimeOffset? Time(string text)
    {
        if (text.Length == 0)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw StatusException.BadRequest($"sinceTime: \"{text}\" is not a time as RFC 3339 has it");
    }
}
