using Shop.Doctor;

var findings = await Examination.Run();
foreach (var finding in findings)
{
    Console.WriteLine($"{finding.Verdict.ToString().ToLowerInvariant(),-8} {finding.Said}");
    if (finding.Remedy is not null)
    {
        Console.WriteLine($"{"",-8} -> {finding.Remedy}");
    }
}

return findings.Any(finding => finding.Verdict == Verdict.Missing) ? 1 : 0;
