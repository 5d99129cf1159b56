using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>Error numbers of Linux, by the names that its manual pages use. The numbers are those of x86 and ARM.</summary>
public static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int ENOEXEC = 8;
    public const int ECHILD = 10;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int ENOSPC = 28;
    public const int EPIPE = 32;
    public const int ENOSYS = 38;
    public const int ELOOP = 40;
    public const int EPROTONOSUPPORT = 93;
    public const int EOPNOTSUPP = 95;
    public const int EAFNOSUPPORT = 97;
    public const int EADDRINUSE = 98;

    private static readonly Dictionary<int, string> Names = new()
    {
        [EPERM] = "EPERM",
        [ENOENT] = "ENOENT",
        [ESRCH] = "ESRCH",
        [EINTR] = "EINTR",
        [5] = "EIO",
        [6] = "ENXIO",
        [7] = "E2BIG",
        [ENOEXEC] = "ENOEXEC",
        [9] = "EBADF",
        [ECHILD] = "ECHILD",
        [EAGAIN] = "EAGAIN",
        [ENOMEM] = "ENOMEM",
        [EACCES] = "EACCES",
        [14] = "EFAULT",
        [EBUSY] = "EBUSY",
        [EEXIST] = "EEXIST",
        [18] = "EXDEV",
        [ENODEV] = "ENODEV",
        [ENOTDIR] = "ENOTDIR",
        [EISDIR] = "EISDIR",
        [EINVAL] = "EINVAL",
        [23] = "ENFILE",
        [24] = "EMFILE",
        [25] = "ENOTTY",
        [26] = "ETXTBSY",
        [27] = "EFBIG",
        [ENOSPC] = "ENOSPC",
        [30] = "EROFS",
        [31] = "EMLINK",
        [EPIPE] = "EPIPE",
        [33] = "EDOM",
        [34] = "ERANGE",
        [36] = "ENAMETOOLONG",
        [ENOSYS] = "ENOSYS",
        [39] = "ENOTEMPTY",
        [ELOOP] = "ELOOP",
        [75] = "EOVERFLOW",
        [87] = "EUSERS",
        [90] = "EMSGSIZE",
        [EPROTONOSUPPORT] = "EPROTONOSUPPORT",
        [EOPNOTSUPP] = "EOPNOTSUPP",
        [EAFNOSUPPORT] = "EAFNOSUPPORT",
        [EADDRINUSE] = "EADDRINUSE",
        [99] = "EADDRNOTAVAIL",
        [100] = "ENETDOWN",
        [101] = "ENETUNREACH",
        [104] = "ECONNRESET",
        [105] = "ENOBUFS",
        [110] = "ETIMEDOUT",
        [111] = "ECONNREFUSED",
        [113] = "EHOSTUNREACH",
        [122] = "EDQUOT",
    };

    /// <summary>"EPERM (Operation not permitted)".</summary>
    public static string Describe(int errno) =>
        $"{Names.GetValueOrDefault(errno, $"error {errno}")} ({Marshal.GetPInvokeErrorMessage(errno)})";
}
