namespace Kontrakt.Engine.Pods.Network;

/// <summary>
/// Deletes network interfaces, those that are asked for at about the same time all at once: for each deletion the kernel waits until no
/// processor can still see what it deletes, and lets nobody change the network meanwhile.
/// </summary>
internal sealed class LinkRemoval(Netlink netlink)
{
    /// <summary>Interfaces are in group 0 except those that are about to be deleted.</summary>
    private const int Doomed = 1;
    private readonly Lock gate = new();
    private List<string> names = [];
    private Task last = Task.CompletedTask;
    private Task? next;

    /// <summary>It is gone when this ends. None of that name is as good.</summary>
    internal Task RemoveAsync(string name)
    {
        lock (gate)
        {
            names.Add(name);
            if (next is null)
            {
                var before = last;
                next = last = Task.Run(() => RemoveAfterAsync(before));
            }
            return next;
        }
    }

    private async Task RemoveAfterAsync(Task before)
    {
        // How it went is for those to know who asked for it.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<string> now;
        lock (gate)
        {
            (now, names) = (names, []);
            next = null;
        }
        foreach (var name in now)
            netlink.SetGroup(name, Doomed);
        netlink.DeleteGroup(Doomed);
    }
}
