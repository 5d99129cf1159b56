using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Registry;

/// <summary>
/// Who may do what in the registry. Everybody reads. Who writes is known: the engine's user by the connection over loopback, others by
/// the engine's token, or by one that was made from it for a few repositories. Asked for by the protocol of distribution's token services
/// (distribution.github.io/distribution/spec/auth/token), which every client speaks; Basic is taken as well.
/// </summary>
/// <param name="isAdmin">Whether a text is the engine's token.</param>
public sealed class RegistryRights(Func<string, bool> isAdmin, TimeProvider time)
{
    /// <summary>The token of who has none: whoever asks politely gets one, and reads with it.</summary>
    private const string Anonymous = "anonymous";
    private static readonly TimeSpan ShortLife = TimeSpan.FromHours(1), LongestLife = TimeSpan.FromDays(1);

    private readonly RegistryGrants grants = new(time);

    private enum Who { Nobody, Stranger, Holder, Owner }

    /// <exception cref="DistributionException">401 for who has not said who they are; 403 for who may not.</exception>
    internal void Check(HttpContext context, RegistryPath path)
    {
        var method = context.Request.Method;
        var reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        if (path.Place == RegistryPlace.Token || (reads && path.Place is not (RegistryPlace.Root or RegistryPlace.Upload)))
            return;
        var secret = Secret(context.Request);
        var (who, scopes) = Find(context, secret);
        if (who == Who.Owner)
            return;
        if (path.Place == RegistryPlace.Root)
        {
            // Clients learn here, and some only here, that there is something to log in to.
            if (who == Who.Stranger || (who == Who.Nobody && secret != Anonymous))
                throw Unauthorized("say who you are, or ask for a token as nobody");
            return;
        }
        var action = HttpMethods.IsDelete(method) && path.Place != RegistryPlace.Upload ? RegistryScope.Delete : RegistryScope.Push;
        if (who != Who.Holder)
            throw Unauthorized($"everybody may pull from this registry; to {action} takes its engine's token, or one for '{path.Repository}'");
        if (!scopes.Any(scope => scope.Repository == path.Repository && scope.Actions.Contains(action)))
            throw DistributionException.Denied($"this token does not allow to {action} in '{path.Repository}'");

        DistributionException Unauthorized(string why) => new(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", why) { Challenge = Challenge(context.Request, path, reads) };
    }

    /// <summary>The token service: for the engine's user a token of what is asked for, for a token itself, for nobody one to read with.</summary>
    /// <exception cref="DistributionException">401: an unknown token.</exception>
    internal Task GiveTokenAsync(HttpContext context)
    {
        var secret = Secret(context.Request);
        var (who, _) = Find(context, secret);
        var asked = context.Request.Query["scope"].SelectMany(scope => scope?.Split(' ') ?? []).Select(RegistryScope.Parse).OfType<RegistryScope>().ToList();
        var wanted = int.TryParse(context.Request.Query["lifetime"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : ShortLife;
        var life = wanted < LongestLife ? wanted : LongestLife;
        var token = who switch
        {
            Who.Owner => grants.Issue(asked, life),
            Who.Holder => secret,
            Who.Nobody => Anonymous,
            _ => throw new DistributionException(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "this is neither the engine's token nor one made from it, or no longer"),
        };
        if (who == Who.Holder && grants.Verify(secret) is { } held)
            life = held.Left;
        return context.Response.WriteAsJsonAsync(new { token, access_token = token, expires_in = (int)Math.Max(1, life.TotalSeconds), issued_at = time.GetUtcNow() }, context.RequestAborted);
    }

    private (Who Who, IReadOnlyList<RegistryScope> Scopes) Find(HttpContext context, string secret)
    {
        if (LoopbackPeer.IsOwner(context) || (secret.Length > 0 && isAdmin(secret)))
            return (Who.Owner, []);
        if (grants.Verify(secret) is { } granted)
            return (Who.Holder, granted.Scopes);
        return (secret is "" or Anonymous ? Who.Nobody : Who.Stranger, []);
    }

    /// <summary>The password or the token; the user's name says nothing.</summary>
    private static string Secret(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization.ToString(), out var header) || header.Parameter is not { } parameter)
            return "";
        if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return parameter;
        var pair = new byte[parameter.Length];
        return header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(parameter, pair, out var length)
            && Encoding.UTF8.GetString(pair, 0, length).Split(':', 2) is [_, var password] ? password : "";
    }

    /// <summary>By the name that the client uses, which has been checked to be the registry's own.</summary>
    private static string Challenge(HttpRequest request, RegistryPath path, bool reads)
    {
        var scope = path.Repository.Length == 0 ? "" : $",scope=\"repository:{path.Repository}:{(HttpMethods.IsDelete(request.Method) ? "delete" : reads ? "pull" : "pull,push")}\"";
        return $"Bearer realm=\"http://{request.Host}/v2/token\",service=\"kontrakt-engine\"{scope}";
    }
}
