using Kontrakt.Kubernetes.Cel;

namespace Kubernetes.Tests.Cel;

[TestClass]
public sealed class WrongExpressions
{
    [TestMethod]
    [DataRow("", 0, "a value is missing at the end")]
    [DataRow("self >", 6, "a value is missing at the end")]
    [DataRow("self > > 1", 7, "'>' is found where a value is expected")]
    [DataRow("self 2", 5, "'2' is found where an operator or the end is expected")]
    [DataRow("self = 2", 5, "write '=='")]
    [DataRow("self & true", 5, "write '&&'")]
    [DataRow("(self == 1", 10, "')' is missing at the end")]
    [DataRow("self.exists(c", 13, "')' is missing at the end")]
    [DataRow("self == 'a", 8, "not closed")]
    [DataRow("self == 'a\\d'", 10, "no such escape")]
    [DataRow("self == 1Gi", 8, "quantity(\"1Gi\")")]
    [DataRow("self == 99999999999999999999", 8, "64 bits")]
    [DataRow("self == 9223372036854775808", 8, "64 bits")]
    [DataRow("length(@) > 3", 7, "JMESPath")]
    [DataRow("self > `3`", 7, "backticks")]
    [DataRow("$x > 3", 0, "bindings")]
    [DataRow("replicas > 2", 0, "there is no 'replicas'")]
    [DataRow("self == Running", 8, "a text is quoted")]
    [DataRow("self.length() > 2", 5, "write size(self)")]
    [DataRow("length(self) > 2", 0, "write size(self)")]
    [DataRow("foo(self)", 0, "there is no function 'foo'")]
    [DataRow("startsWith(self, 'a')", 0, "x.startsWith(…)")]
    [DataRow("self.quantity() == quantity('1')", 5, "quantity(x)")]
    [DataRow("self.startsWith()", 5, "takes 1 arguments, not 0")]
    [DataRow("'a'.startsWith(1)", 4, "does not take string and int")]
    [DataRow("self + 1", 0, "it gives")]
    [DataRow("size(self)", 0, "it gives int, not true or false")]
    [DataRow("self ? 1 : 2", 0, "it gives int, not true or false")]
    [DataRow("1 && self", 0, "takes conditions; this is int")]
    [DataRow("size(self) == 'a'", 11, "compares int with string")]
    [DataRow("quantity(self) > quantity('1')", 15, "isGreaterThan")]
    [DataRow("quantity(self) == quantity('1GB')", 27, "not a quantity")]
    [DataRow("timestamp('yesterday') == self", 10, "not a timestamp")]
    [DataRow("self.matches('a(')", 13, "not closed")]
    [DataRow("self.matches('(?=a)b')", 13, "looks around")]
    [DataRow("self.matches('[[:alpha:]]')", 13, "write [A-Za-z]")]
    [DataRow("has(self)", 0, "self == null")]
    [DataRow("self.all(c)", 5, "a name and a condition")]
    [DataRow("self.all(c.d, true)", 9, "a name of its own")]
    [DataRow("self.all(self, true)", 0, "is taken")]
    [DataRow("self.all(c, 1)", 12, "a condition")]
    [DataRow("self.?a == 1", 5, "optional fields")]
    [DataRow("Foo{a: 1} == self", 3, "messages are not supported")]
    [DataRow("'a'.b == 1", 0, "only a map has fields")]
    public void AreRefusedAtTheirPlace(string text, int offset, string message)
    {
        var fault = Assert.ThrowsExactly<CelSyntaxException>(() => CelExpression.Parse(text));

        StringAssert.Contains(fault.Message, message);
        Assert.AreEqual(offset, fault.Offset, fault.Message);
    }

    [TestMethod]
    public void DoNotFillTheStack()
    {
        foreach (var text in new[] { new string('(', 100_000), new string('!', 9_999) + "self", new string('[', 9_999), string.Concat(Enumerable.Repeat("self?", 1_900)), new string('a', 20_000) })
            Assert.ThrowsExactly<CelSyntaxException>(() => CelExpression.Parse(text));
    }
}
