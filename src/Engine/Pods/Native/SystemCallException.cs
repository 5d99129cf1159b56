using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>The kernel refused something.</summary>
public sealed class SystemCallException : Exception
{
    /// <param name="attempt">What was tried, as the sentence "cannot …" goes on: "make a network namespace".</param>
    /// <param name="advice">What to do about it; null where nothing is known.</param>
    public SystemCallException(string attempt, int errno, string? advice = null)
        : base($"cannot {attempt}: {Native.Errno.Describe(errno)}{(advice is null ? "" : $"; {advice}")}") => Errno = errno;

    /// <summary>What was tried on the whole, and which step of it was refused.</summary>
    public SystemCallException(string attempt, SystemCallException step)
        : base($"cannot {attempt}: {step.Message}", step) => Errno = step.Errno;

    public int Errno { get; }

    /// <summary>Right after the call that failed, on its thread.</summary>
    public static SystemCallException Last(string attempt) => new(attempt, Marshal.GetLastPInvokeError());
}
