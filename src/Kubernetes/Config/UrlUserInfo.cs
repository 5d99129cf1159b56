using System.Net;

namespace Kontrakt.Kubernetes.Config;

/// <summary>The part of a URL before '@'. It is taken off where a URL is read: what is not in it any more, no message prints.</summary>
internal static class UrlUserInfo
{
    public static Uri Without(Uri url) => url.UserInfo.Length == 0 ? url : new UriBuilder(url) { UserName = "", Password = "" }.Uri;

    public static NetworkCredential? Of(Uri url)
    {
        var parts = url.UserInfo.Split(':', 2);
        return url.UserInfo.Length == 0 ? null : new(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
