namespace Kontrakt.Kubernetes.Cel;

/// <summary>The grammar of CEL (cel-spec, langdef.md), less messages and optional fields.</summary>
internal sealed class CelParser
{
    /// <summary>Parts inside each other; deeper ones could fill the stack.</summary>
    private const int MaxDepth = 100;

    /// <summary>The literal 9223372036854775808, which is a number only behind a minus.</summary>
    internal static readonly object MinusOnly = new();

    private static readonly string[][] Binary = [["<", "<=", ">", ">=", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]];

    private readonly List<CelToken> tokens;
    private int next;
    private int depth;

    private CelParser(List<CelToken> tokens) => this.tokens = tokens;

    /// <exception cref="CelSyntaxException"/>
    public static CelNode Parse(string text)
    {
        var parser = new CelParser(CelLexer.Read(text));
        var node = parser.Expression();
        return parser.Token.Kind == CelTokenKind.End ? node : throw parser.Unexpected("an operator or the end");
    }

    private CelToken Token => tokens[next];

    private CelNode Expression()
    {
        if (++depth > MaxDepth)
            throw new CelSyntaxException(Token.Start, $"it nests deeper than {MaxDepth} levels");
        var node = Logic("||");
        if (TryTake("?"))
        {
            var then = Logic("||");
            Take(":");
            node = new CelConditional(node, then, Expression());
        }
        depth--;
        return node;
    }

    private CelNode Logic(string symbol)
    {
        var node = symbol == "||" ? Logic("&&") : Operation(0);
        while (TryTake(symbol))
            node = new CelLogic(symbol == "||", node, symbol == "||" ? Logic("&&") : Operation(0));
        return node;
    }

    private CelNode Operation(int level)
    {
        if (level == Binary.Length)
            return Unary();
        var node = Operation(level + 1);
        while (Token.Kind == CelTokenKind.Symbol && Binary[level].Contains(Token.Text))
        {
            var at = tokens[next++];
            var right = Operation(level + 1);
            node = new CelCall(at.Text, [node, right], at.Start, node.Start, right.End);
        }
        return node;
    }

    private CelNode Unary()
    {
        if (Token.Kind != CelTokenKind.Symbol || Token.Text is not ("!" or "-"))
            return CelMembers.Read(this);
        if (++depth > MaxDepth)
            throw new CelSyntaxException(Token.Start, $"it nests deeper than {MaxDepth} levels");
        var sign = tokens[next++];
        if (sign.Text == "-" && Token.Value == MinusOnly)
            return new CelLiteral(long.MinValue, sign.Start, tokens[next++].End);
        var operand = Unary();
        depth--;
        return new CelCall(sign.Text == "-" ? "-x" : "!", [operand], sign.Start, sign.Start, operand.End);
    }

    /// <summary>A name, a literal, a list, a map, or an expression in parentheses.</summary>
    internal CelNode Primary()
    {
        var token = Token;
        if (token.Kind == CelTokenKind.Literal)
        {
            next++;
            return token.Value != MinusOnly ? new CelLiteral(token.Value, token.Start, token.End)
                : throw new CelSyntaxException(token.Start, $"'{token.Text}' is not a number that fits into 64 bits");
        }
        if (token.Kind == CelTokenKind.Identifier)
        {
            next++;
            return new CelIdentifier(token.Text, token.Start, token.End);
        }
        if (TryTake("("))
        {
            var inside = Expression();
            Take(")");
            return inside;
        }
        if (TryTake("["))
            return new CelListNode(Several("]", Expression), token.Start, Last.End);
        if (TryTake("{"))
            return new CelMapNode(Several("}", Entry), token.Start, Last.End);
        throw Unexpected("a value");
    }

    private (CelNode Key, CelNode Value) Entry()
    {
        var key = Expression();
        Take(":");
        return (key, Expression());
    }

    /// <summary>What is between commas, to a closing bracket.</summary>
    internal List<T> Several<T>(string close, Func<T> read)
    {
        var all = new List<T>();
        while (!TryTake(close))
        {
            all.Add(read());
            if (TryTake(","))
                continue;
            Take(close);
            break;
        }
        return all;
    }

    internal List<CelNode> Arguments() => Several(")", Expression);

    internal CelNode Bracketed()
    {
        var index = Expression();
        Take("]");
        return index;
    }

    /// <summary>The token that was taken last.</summary>
    internal CelToken Last => tokens[next - 1];

    internal bool TryTake(string symbol)
    {
        if (!Token.Is(symbol))
            return false;
        next++;
        return true;
    }

    internal CelToken TakeName()
    {
        if (Token.Kind != CelTokenKind.Identifier)
            throw Token.Is("?") ? new CelSyntaxException(Token.Start, "optional fields (.?) are not supported; ask has(x.y) first") : Unexpected("a field's name");
        return tokens[next++];
    }

    internal CelSyntaxException Unexpected(string wanted) => new(Token.Start, Token.Kind == CelTokenKind.End
        ? $"{wanted} is missing at the end"
        : $"'{Token.Text}' is found where {wanted} is expected");

    private void Take(string symbol)
    {
        if (!TryTake(symbol))
            throw Unexpected($"'{symbol}'");
    }
}
