using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>The program that a name means in a container: the first along its PATH that can be run.</summary>
internal static class ProgramSearch
{
    private const string Variable = "PATH=";
    private const string Default = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The child becomes it.</summary>
    /// <exception cref="ContainerStartException">There is none, or it cannot be run.</exception>
    public static unsafe void Run(ForkedChild child, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        // The last one counts, as it does for the program.
        var search = environment.LastOrDefault(variable => variable.StartsWith(Variable, StringComparison.Ordinal));
        var argv = child.Memory.Texts(arguments);
        var envp = child.Memory.Texts(search is null ? [Default, .. environment] : environment);
        var name = arguments[0];
        var denied = false;
        foreach (var path in Candidates(name, search ?? Default))
        {
            var error = (int)-child.Execute(path, argv, envp);
            if (error == 0)
                return;
            denied |= error == Errno.EACCES;
            if (error is Errno.EACCES or Errno.ENOTDIR || error == Errno.ENOENT && child.TryAsk(Faccessat, AT_FDCWD, path, 0) < 0)
                continue;
            throw Cannot(error == Errno.ENOEXEC ? StartFailure.ExecFormat : error == Errno.ENOENT ? StartFailure.NotFound : StartFailure.Other, $"exec {path}: {Text(error)}");
        }
        if (denied)
            throw Cannot(StartFailure.PermissionDenied, $"exec: \"{name}\": permission denied");
        throw Cannot(StartFailure.NotFound, name.Contains('/', StringComparison.Ordinal)
            ? $"exec: \"{name}\": stat {name}: no such file or directory"
            : $"exec: \"{name}\": executable file not found in $PATH");
    }

    private static IEnumerable<string> Candidates(string name, string search) =>
        name.Contains('/', StringComparison.Ordinal) ? [name]
        : name.Length == 0 ? []
        : search[Variable.Length..].Split(':').Select(folder => $"{(folder.Length == 0 ? "." : folder)}/{name}");

    private static ContainerStartException Cannot(StartFailure failure, string why) => new(failure, $"unable to start container process: {why}");

    /// <summary>As Go words errors, which the kubelet's users know.</summary>
    public static string Text(int errno)
    {
        var text = Marshal.GetPInvokeErrorMessage(errno);
        return char.ToLowerInvariant(text[0]) + text[1..];
    }
}
