namespace Kontrakt.Settings;

/// <summary>A part of a filter. Three-valued: null is "not known yet".</summary>
internal abstract record FilterTerm
{
    public abstract bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts);

    public sealed record Any(IReadOnlyList<FilterTerm> Terms) : FilterTerm
    {
        public override bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts)
        {
            var results = Terms.Select(term => term.Matches(subject, kontrakts)).ToList();
            return results.Contains(true) ? true : results.Contains(null) ? null : false;
        }
    }

    public sealed record All(IReadOnlyList<FilterTerm> Terms) : FilterTerm
    {
        public override bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts)
        {
            var results = Terms.Select(term => term.Matches(subject, kontrakts)).ToList();
            return results.Contains(false) ? false : results.Contains(null) ? null : true;
        }
    }

    /// <param name="Property">The label; null: the name.</param>
    /// <param name="Whole">Compares the whole value, and not a part of it.</param>
    /// <param name="Wanted">False for the contrary: no value is (has) this.</param>
    public sealed record Condition(string? Property, string Value, bool Whole, bool Wanted) : FilterTerm
    {
        /// <summary>
        /// A part of any name matches, as VSTest has it of FullyQualifiedName. Else a part of a test's name is looked for only where no kontrakt's name
        /// has it, and in the one kontrakt that the text begins with: what is not selected is then not even read.
        /// </summary>
        public bool OfAnyName { get; init; }

        public override bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts)
        {
            if (Property is not null)
                return subject.Labels is { } labels ? labels.Where(label => label.Key.Equals(Property, StringComparison.OrdinalIgnoreCase)).SelectMany(label => label).Any(Fits) == Wanted : null;
            if (Fits(subject.Name))
                return Wanted;
            if (!MayBeBelow(subject.Name, kontrakts))
                return !Wanted;
            return subject.Tests is { } tests ? tests.Any(Fits) == Wanted : null;
        }

        private bool MayBeBelow(string kontrakt, IReadOnlyCollection<string> kontrakts) =>
            Whole || (!OfAnyName && kontrakts.Any(BeginsWith)) ? BeginsWith(kontrakt) : OfAnyName || !kontrakts.Any(Fits);

        /// <summary>A test's full name begins with its kontrakt's.</summary>
        private bool BeginsWith(string kontrakt) => Value.StartsWith($"{kontrakt}/", StringComparison.OrdinalIgnoreCase);

        private bool Fits(string text) => Whole ? text.Equals(Value, StringComparison.OrdinalIgnoreCase) : text.Contains(Value, StringComparison.OrdinalIgnoreCase);
    }
}
