using Kontrakt.Engine.Pods.Native;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>A container's root: its image's layers, and above them a folder for what it writes.</summary>
internal static class OverlayMount
{
    private const string Merged = "merged";
    private const string Links = "l";

    /// <param name="folder">The container's own on disk.</param>
    public static void Prepare(string folder, IReadOnlyList<string> layers, PodUsers users)
    {
        foreach (var name in (string[])[Merged, Links, "upper", "work"])
            Directory.CreateDirectory(Path.Combine(folder, name));
        // This is how / looks in the container.
        File.SetUnixFileMode(Path.Combine(folder, "upper"), (UnixFileMode)0b111_101_101);
        users.Own(Path.Combine(folder, "upper"));
        // The kernel reads 4096 bytes of options at most: each layer is named by a short link.
        var distinct = Distinct(layers);
        for (var i = 0; i < distinct.Count; i++)
            if (users.IsElsewhere)
                Directory.CreateDirectory(Path.Combine(folder, Links, Name(i)));
            else
                Directory.CreateSymbolicLink(Path.Combine(folder, Links, Name(i)), distinct[i]);
        if (distinct.Count == 0)
            Directory.CreateDirectory(Path.Combine(folder, Links, Name(0)));
    }

    /// <summary>Devices that a layer or the container makes are not doors: what it needs of them is in /dev.</summary>
    public static ContainerRoot Mount(ForkedChild child, string folder, IReadOnlyList<string> images, PodUsers users)
    {
        var distinct = Distinct(images);
        var layers = distinct.Count;
        var lower = string.Join(':', Enumerable.Range(0, Math.Max(1, layers)).Reverse().Select(layer => $"{Links}/{Name(layer)}"));
        // What a container has written is not to survive a crash of the machine.
        var options = $"lowerdir={lower},upperdir=upper,workdir=work,volatile{(ContainerMachine.Current.InUserNamespace ? ",userxattr" : "")}";
        child.Do($"enter {folder}", Chdir, folder);
        if (users.IsElsewhere)
            for (var i = 0; i < layers; i++)
                AttachLayer(child, distinct[i], $"{Links}/{Name(i)}", users);
        if (child.TryAsk(CallNumbers.Mount, "overlay", Merged, "overlay", MS_NODEV, options) < 0)
            MountInMemory(child, layers, options);
        return new(child, child.Ask("open the root of a container", Openat, AT_FDCWD, Merged, O_PATH | O_DIRECTORY | O_CLOEXEC));
    }

    /// <summary>Some file systems cannot hold what an overlay writes, another overlay (a container's root) among them.</summary>
    private static void MountInMemory(ForkedChild child, int layers, string options)
    {
        const string memory = "memory";
        child.Do("make a folder", Mkdirat, AT_FDCWD, memory, 0b111_000_000);
        child.Do("mount memory for what a container writes", CallNumbers.Mount, "tmpfs", memory, "tmpfs", MS_NODEV, "mode=700");
        foreach (var name in (string[])["upper", "work"])
            child.Do("make a folder", Mkdirat, AT_FDCWD, $"{memory}/{name}", 0b111_101_101);
        var elsewhere = options.Replace("upperdir=", $"upperdir={memory}/", StringComparison.Ordinal).Replace("workdir=", $"workdir={memory}/", StringComparison.Ordinal);
        child.Do($"mount an overlay of {layers} layers", CallNumbers.Mount, "overlay", Merged, "overlay", MS_NODEV, elsewhere);
    }

    /// <summary>A layer belongs to the machine's users, on disk; the container sees its own.</summary>
    private static void AttachLayer(ForkedChild child, string layer, string place, PodUsers users)
    {
        var mount = child.Ask($"copy the mount of {layer}", OpenTree, AT_FDCWD, layer, OPEN_TREE_CLONE | O_CLOEXEC);
        VolumeMounts.Restrict(child, mount, MOUNT_ATTR_RDONLY, 0, users);
        child.Do($"attach {layer}", MoveMount, mount, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH);
        child.Do("close a mount", Close, mount);
    }

    /// <summary>A layer that comes again (empty ones do) is hidden by its higher place, and the kernel refuses it.</summary>
    public static IReadOnlyList<string> Distinct(IReadOnlyList<string> layers) => [.. layers.Reverse().Distinct().Reverse()];

    private static string Name(int layer) => layer.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
