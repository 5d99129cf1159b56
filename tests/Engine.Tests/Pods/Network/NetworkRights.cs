using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Network;

namespace Engine.Tests.Pods.Network;

/// <summary>Tests with networks need the right to make them.</summary>
internal static class NetworkRights
{
    /// <summary>A namespace; where that is not allowed, the test is skipped with the reason.</summary>
    internal static NetworkNamespace Namespace() => OrSkip(NetworkNamespace.Create);

    internal static T OrSkip<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (SystemCallException missing) when (missing.Errno == Errno.EPERM)
        {
            Assert.Inconclusive(missing.Message);
            throw;
        }
    }
}
