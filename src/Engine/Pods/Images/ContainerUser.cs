namespace Kontrakt.Engine.Pods.Images;

/// <summary>As whom a container's process runs.</summary>
/// <param name="SupplementaryGroups">Those that /etc/group of the image lists the user in, without <paramref name="GroupId"/>.</param>
/// <param name="Home">From /etc/passwd; "/" where that has no such user.</param>
public sealed record ContainerUser(uint UserId, uint GroupId, IReadOnlyList<uint> SupplementaryGroups, string Home);
