using System.Globalization;
using System.Text;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Looks users up in /etc/passwd and /etc/group of an image, as the container would see them.</summary>
public static class ImageUsers
{
    /// <summary>Bytes of each of the two files; more is not a list of users.</summary>
    private const int FileLimit = 4 * 1024 * 1024;
    private const uint Overflow = uint.MaxValue;

    private sealed record User(string Name, uint UserId, uint GroupId, string Home);
    private sealed record Group(string Name, uint GroupId, IReadOnlyList<string> Members);

    /// <param name="user">As the image's config has it: "", "app", "1654", "app:staff", "1654:0". Null or empty is root.</param>
    /// <exception cref="ImageUserException">The image knows no such user or group, or the files cannot be read.</exception>
    public static ContainerUser Find(IReadOnlyList<string> layers, string? user)
    {
        var (name, group) = user is { Length: > 0 } ? Split(user) : ("0", null);
        var number = Number(name);
        // A number that is also somebody's name is the name, as in the container runtimes.
        var users = Users(layers);
        var known = users.FirstOrDefault(entry => entry.Name == name) ?? users.FirstOrDefault(entry => entry.UserId == number);
        if (known is null && number is null)
            throw new ImageUserException($"unable to find user {name}: no matching entries in passwd file");
        return Complete(layers, known ?? new("", number ?? 0, 0, "/"), group);
    }

    /// <summary>For securityContext.runAsUser, and runAsGroup where given: a number needs no entry in /etc/passwd.</summary>
    /// <exception cref="ImageUserException">The files cannot be read.</exception>
    public static ContainerUser Find(IReadOnlyList<string> layers, uint userId, uint? groupId)
    {
        var known = Users(layers).FirstOrDefault(entry => entry.UserId == userId) ?? new("", userId, 0, "/");
        return Complete(layers, known, groupId?.ToString(CultureInfo.InvariantCulture));
    }

    private static (string Name, string? Group) Split(string user)
    {
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (user, null) : (user[..colon] is { Length: > 0 } name ? name : "0", user[(colon + 1)..] is { Length: > 0 } group ? group : null);
    }

    private static ContainerUser Complete(IReadOnlyList<string> layers, User user, string? group)
    {
        var groups = Groups(layers);
        // Who names a group gets that one alone.
        if (group is not null)
            return new(user.UserId, GroupId(groups, group), [], user.Home);
        var others = groups.Where(entry => user.Name.Length > 0 && entry.Members.Contains(user.Name) && entry.GroupId != user.GroupId).Select(entry => entry.GroupId);
        return new(user.UserId, user.GroupId, [.. others.Distinct()], user.Home);
    }

    private static uint GroupId(List<Group> groups, string group)
    {
        var number = Number(group);
        return groups.FirstOrDefault(entry => entry.Name == group)?.GroupId ?? number
            ?? throw new ImageUserException($"unable to find group {group}: no matching entries in group file");
    }

    /// <summary>name:password:uid:gid:comment:home:shell</summary>
    private static List<User> Users(IReadOnlyList<string> layers) =>
        [.. from fields in Lines(layers, "/etc/passwd")
            where fields.Length >= 4
            let userId = Number(fields[2])
            let groupId = Number(fields[3])
            where userId is not null && groupId is not null
            select new User(fields[0], userId.Value, groupId.Value, fields.Length > 5 && fields[5].StartsWith('/') ? fields[5] : "/")];

    /// <summary>name:password:gid:member,member</summary>
    private static List<Group> Groups(IReadOnlyList<string> layers) =>
        [.. from fields in Lines(layers, "/etc/group")
            where fields.Length >= 3
            let groupId = Number(fields[2])
            where groupId is not null
            select new Group(fields[0], groupId.Value, fields.Length > 3 ? fields[3].Split(',', StringSplitOptions.RemoveEmptyEntries) : [])];

    private static IEnumerable<string[]> Lines(IReadOnlyList<string> layers, string path)
    {
        byte[] bytes;
        try
        {
            bytes = new MergedLayers(layers).ReadFile(path, FileLimit) ?? [];
        }
        catch (IOException unreadable)
        {
            throw new ImageUserException($"the image's users cannot be looked up: {unreadable.Message}");
        }
        return Encoding.UTF8.GetString(bytes).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(':'));
    }

    /// <summary>The largest id means "no change" to the system calls that set ids.</summary>
    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != Overflow ? number : null;
}

/// <summary>As whom a container's process runs.</summary>
/// <param name="SupplementaryGroups">Those that /etc/group of the image lists the user in, without <paramref name="GroupId"/>.</param>
/// <param name="Home">From /etc/passwd; "/" where that has no such user.</param>
public sealed record ContainerUser(uint UserId, uint GroupId, IReadOnlyList<uint> SupplementaryGroups, string Home);

/// <summary>An image's user that the image does not know.</summary>
public sealed class ImageUserException(string message) : Exception(message);
