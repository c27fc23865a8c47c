const REASONS: Record<string, string> = {
  NotAllowedError: 'Your browser does not let this page use the microphone.',
  NotFoundError: 'There is no microphone.',
  NotReadableError: 'Another program has the microphone.',
};

type Microphone = { stream: MediaStream; missing?: undefined } | { stream?: undefined; missing: string };

/** The sound of the person in front of the page, or why there is none, in words. */
export async function openMicrophone(): Promise<Microphone> {
  // Absent where the page came over plain HTTP from another machine.
  if (!navigator.mediaDevices) return { missing: 'Without HTTPS, browsers lend no microphone.' };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ audio: true }) };
  } catch (error) {
    return { missing: REASONS[(error as Error).name] ?? 'The microphone cannot be used.' };
  }
}
