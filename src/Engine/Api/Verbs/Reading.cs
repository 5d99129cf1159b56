using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Api.Watching;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>Get, list and watch.</summary>
internal sealed class Reading(ApiParts parts)
{
    public Task GetAsync(ApiCall call)
    {
        var form = call.Form;
        var found = call.Served.Show(parts.Objects.Store.Get(call.Key));
        return ObjectAnswer.WriteAsync(call, 200, found, form, parts.Time.GetUtcNow());
    }

    public async Task ListAsync(ApiCall call)
    {
        var form = call.Form;
        var include = ObjectAnswer.Include(call.Query);
        var page = await new Paging(parts.Objects.Store).ReadAsync(call);
        if (page is not null)
            await ListAnswer.WriteAsync(call.Http, call.Served, page with { Items = call.Served.Show(page.Items) }, form, include, parts.Time.GetUtcNow());
    }

    public Task WatchAsync(ApiCall call)
    {
        var form = call.Form;
        return new WatchSession(parts, call, WatchEvents.For(call.Served, form, ObjectAnswer.Include(call.Query), parts.Time)).RunAsync();
    }
}
