namespace Shop.Doctor;

/// <summary>How the machine fares in one respect, and what to do about it.</summary>
/// <param name="Verdict">Whether something is to be done.</param>
/// <param name="Said">What was found, in one line.</param>
/// <param name="Remedy">What to do; null where all is well.</param>
sealed record Finding(Verdict Verdict, string Said, string? Remedy = null)
{
    /// <summary>All is well, or what was found is missing something.</summary>
    public static Finding Of(bool well, string said, string remedy) => well ? new(Verdict.Ok, said) : new(Verdict.Missing, said, remedy);
}

/// <summary>What follows from a finding.</summary>
enum Verdict
{
    /// <summary>Nothing.</summary>
    Ok,

    /// <summary>The stack runs, and could run better.</summary>
    Advice,

    /// <summary>The stack does not run, or not for long.</summary>
    Missing,
}
