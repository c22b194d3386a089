/* bcryptprimitives.dll as far as Go's runtime needs it: ProcessPrng fills a
 * buffer with random bytes, here by way of RtlGenRandom, which advapi32 exports
 * as SystemFunction036. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
	while (length > 0) {
		ULONG n = length > 0x10000 ? 0x10000 : (ULONG)length;

		if (!SystemFunction036(buffer, n))
			return FALSE;
		buffer += n;
		length -= n;
	}
	return TRUE;
}
