using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Kontrakt.Kubernetes.Yaml;

/// <summary>
/// A scanner that keeps %YAML 1.x to itself: types are those of YAML 1.1 whatever it says, and YamlDotNet takes the second document's for a
/// duplicate of the first one's.
/// </summary>
internal sealed class VersionlessScanner(Scanner scanner) : IScanner
{
    public Mark CurrentPosition => scanner.CurrentPosition;

    public Token? Current => scanner.Current;

    public bool MoveNext()
    {
        if (Current is not null)
            ConsumeCurrent();
        return MoveNextWithoutConsuming();
    }

    public bool MoveNextWithoutConsuming()
    {
        while (scanner.MoveNextWithoutConsuming())
        {
            if (scanner.Current is not VersionDirective { Version.Major: 1 })
                return true;
            scanner.ConsumeCurrent();
        }
        return false;
    }

    public void ConsumeCurrent() => scanner.ConsumeCurrent();
}
